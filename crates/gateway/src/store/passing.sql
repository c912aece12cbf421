-- Who has which review open. Forgotten when pages stop telling; nothing is lost if it is lost.
CREATE TABLE IF NOT EXISTS presence (
    tab        TEXT   PRIMARY KEY,
    connection TEXT   NOT NULL,
    run        TEXT   NOT NULL,
    review     TEXT   NOT NULL,
    who        TEXT   NOT NULL,
    -- Milliseconds since 1970, by the gateway's clock.
    since      BIGINT NOT NULL,
    seen       BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS presence_by_review ON presence (connection, run, review);
