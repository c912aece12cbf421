//! One module per vendor: its paths, words and shapes on top of the shared store. Nothing is shared between them (only the two
//! generations of Retab have their way of reading parameters and of telling errors in common), and
//! nothing with the client that reads them: each is written from the vendor's documents.

pub mod flowstack;
pub mod retab;
pub mod retab_reviews;
pub mod superai;
pub mod tableflow;

/// Where each dialect's documented paths begin, in the order of the default connections.
pub const BASE_PATHS: [(&str, &str); 5] = [
    ("retab", "/retab/v1"),
    ("tableflow", "/tableflow/v2"),
    ("flowstack", "/flowstack/api/v1"),
    ("superai", "/superai/api"),
    ("retab-reviews", "/retab-reviews/v1"),
];
