-- Notifications out. What is known to wait, so that each review is told once; how a run looked when its reviews were read.
CREATE TABLE notify_waiting (
    connection TEXT NOT NULL,
    run        TEXT NOT NULL,
    -- Empty: the vendor tells no review, only that the run waits.
    review     TEXT NOT NULL,
    stamp      TEXT NOT NULL,
    PRIMARY KEY (connection, run, review)
);

-- What each channel has yet to tell; gone once it was taken, or no longer waits.
CREATE TABLE notify_items (
    channel    TEXT   NOT NULL,
    connection TEXT   NOT NULL,
    run        TEXT   NOT NULL,
    review     TEXT   NOT NULL,
    -- The review, as JSON.
    details    TEXT   NOT NULL,
    found      BIGINT NOT NULL,
    -- The message that it stands in, once there is one.
    message    TEXT,
    PRIMARY KEY (channel, connection, run, review)
);
CREATE INDEX notify_items_by_message ON notify_items (message);

-- Messages as they are sent: again after a failure, under the same id, word for word.
CREATE TABLE notify_messages (
    id      TEXT   PRIMARY KEY,
    channel TEXT   NOT NULL,
    body    TEXT   NOT NULL,
    -- Milliseconds since 1970.
    made    BIGINT NOT NULL,
    due     BIGINT NOT NULL,
    tries   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX notify_messages_due ON notify_messages (channel, due);

-- When a channel's next digest may be put together.
CREATE TABLE notify_channels (
    id   TEXT   PRIMARY KEY,
    next BIGINT NOT NULL
);
