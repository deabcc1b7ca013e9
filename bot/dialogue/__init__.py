"""How a conversation moves. Pure: nothing here sends, saves or asks what time it is."""
