//! The local runs API, in every dialect.
