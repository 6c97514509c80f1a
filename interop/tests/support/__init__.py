"""What the tests share: servers and workers as processes, PDFs, clients that subscribe."""
