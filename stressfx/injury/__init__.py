"""What came before an injury? Cases, windows, designs and what a result can bear."""
