"""The quote service: estimates and binding quotes over HTTP, and a page to try them. Needs `wan-rules[service]`."""
