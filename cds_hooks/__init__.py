"""CDS Hooks 2.0.1 messages: requests, discovery, prefetch templates, cards. No web framework, no socket."""
