-- Attention weights know the tokens that they stand between.
ALTER TABLE attention ADD COLUMN source_tokens TEXT NOT NULL DEFAULT '[]';
ALTER TABLE attention ADD COLUMN target_tokens TEXT NOT NULL DEFAULT '[]';
