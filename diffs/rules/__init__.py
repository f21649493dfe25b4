"""Rules: what people agreed not to call a difference.

Pure: nothing here imports Django, reads a clock or opens a socket.

A rule looks at findings only, at what differed before any rule: `apply.apply_rules` is the one
entry. `kinds.KINDS` is the table of what rules there are, `rule.read_rule` makes one of JSON.
"""
