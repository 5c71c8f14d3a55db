"""How far can a finding be believed? The same study with made-up loads, moved injuries, and every other choice."""
