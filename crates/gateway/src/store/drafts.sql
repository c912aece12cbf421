-- Drafts of reviews, sealed by a key that is not in the database. Of each person at most one for a review.
CREATE TABLE drafts (
    owner      TEXT   NOT NULL,
    connection TEXT   NOT NULL,
    run        TEXT   NOT NULL,
    review     TEXT   NOT NULL,
    -- The digest of the content that was edited.
    pin        TEXT   NOT NULL,
    -- Milliseconds since 1970: of the last edit, as its browser says; of the last write, by the gateway's clock.
    edited     BIGINT NOT NULL,
    saved      BIGINT NOT NULL,
    -- Another one with each write, also after a row was removed and came back.
    version    BIGINT NOT NULL,
    -- The browser that wrote it last.
    writer     TEXT   NOT NULL,
    -- Which key opens it.
    key        TEXT   NOT NULL,
    sealed     TEXT   NOT NULL,
    -- Bytes of the draft as it is sealed here.
    size       BIGINT NOT NULL,
    PRIMARY KEY (owner, connection, run, review)
);
CREATE INDEX drafts_by_review ON drafts (connection, run, review);
CREATE INDEX drafts_by_time ON drafts (saved);
