"""What runs were on: session by session, week by week, and what changed."""
