//! One module per vendor: its paths, words and shapes on top of the shared store. Nothing is shared between them, and
//! nothing with the client that reads them: each is written from the vendor's documents.

pub mod flowstack;
pub mod retab;
pub mod superai;
pub mod tableflow;

/// Where each dialect's documented paths begin, in the order of the default connections.
pub const BASE_PATHS: [(&str, &str); 4] =
    [("retab", "/retab/v1"), ("tableflow", "/tableflow/v2"), ("flowstack", "/flowstack/api/v1"), ("superai", "/superai/api")];
