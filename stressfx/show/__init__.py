"""Paper and screen: pictures, the report, the command line. Nothing is computed here."""
