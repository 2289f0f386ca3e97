"""What a text mentions: papers, resolutions, laws, actors, dates. Pure: text in, mentions out."""
