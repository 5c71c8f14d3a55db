"""What a run cost the skeleton: damage in steps, and the stimulus to build bone."""
