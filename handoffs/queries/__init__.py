"""What pages, the API and the higher rooms want to know about handoffs."""
