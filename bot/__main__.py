"""`python -m bot` is the same program as `conserje`."""

from bot.cli import main

main()
