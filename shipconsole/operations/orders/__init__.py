"""Orders: finding, listing, linking and cancelling them, and what a scan or a label means for one."""
