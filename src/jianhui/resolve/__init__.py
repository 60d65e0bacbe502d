"""From records to enterprises: typed versions, identity, links."""
