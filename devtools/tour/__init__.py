"""The three handoffs as people live them, in a real browser, with a real worker, mail server and Slack: `make tour`."""
