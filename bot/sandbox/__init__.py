"""The whole desk without tokens: a stand-in of each platform's API, and a page to play on.

A platform is a package here (`telegram`, `slack`); `api` puts it on HTTP, `page/` draws it, `python -m bot.sandbox` runs the demo.
"""
