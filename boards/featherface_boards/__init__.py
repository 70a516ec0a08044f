"""What the toolkit knows about boards. Nothing yet: profiles and probes will live here."""
