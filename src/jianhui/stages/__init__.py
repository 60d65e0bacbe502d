"""The stages of the system as plain functions; the command line and the flows call only these.

``intake``      1–4  receive, read, diff, append; quarantine; the proof of the log
``building``    5–6  resolve, project: a build as of (valid_on, known_at)
``publishing``  7–8  gate, release
``night``            all of it for one night, and the work-lists
``quarter``          the same for a quarter, and the report
``base``             the frozen base
``review``           uncertain links to a person; ``review_intake``: and back
``judging``          recording people's judgements, taking them back
``releases``         reading what was published, and how things stand
``verifying``        a release proved: its bytes, its log, every table rebuilt
``scenario``         a build that is not published, from a cache; ``as_of``, ``history`` read such builds
``comparing``        what moved between two releases, by cause; ``what_if`` under other rules
``planning``         what would be released now
``quarter_life``     signed, published, revised, withdrawn
``demo``             a simulated city, played through all of the above
"""
