"""The quote service: estimates and binding quotes over HTTP, and a page to try them. Needs `wan-rules[service]`.

The way of a request: `front` admits it, `endpoints` reads it, an operation of `operations` answers it, from what
`running` holds. What binds goes through `store`, in one transaction each.
"""
