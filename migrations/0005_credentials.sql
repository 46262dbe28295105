-- A source's client secrets stand beside its bearer tokens: a request is let in by either.
ALTER TABLE tokens ADD COLUMN type TEXT NOT NULL DEFAULT 'bearer' CHECK (type IN ('bearer', 'client_secret'));
