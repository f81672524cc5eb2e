"""Drawing documents on pages, and pages on the screen, in PDF files, and on printers."""
