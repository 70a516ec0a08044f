"""The actions of fe-board that are about boards."""
