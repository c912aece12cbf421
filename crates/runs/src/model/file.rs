//! Files of a run, and where their bytes are.

use crate::value::json::Json;
use crate::wire::http::Request;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRole {
    Input,
    Output,
    /// An export in a cloud drive.
    Drive,
}

#[derive(Clone, Debug, PartialEq)]
pub struct File {
    pub role: FileRole,
    /// The node or field it belongs to.
    pub field: String,
    /// What its bytes are asked for by; of one in a drive, its id there.
    pub id: Option<String>,
    pub name: String,
    pub media_type: Option<String>,
    pub bytes: Option<u64>,
    /// Titles of a spreadsheet's sheets and the like.
    pub parts: Vec<String>,
    pub other: Vec<(String, Json)>,
}

/// Where a file's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilePlace {
    /// An address that gives them to whoever has it, until it runs out.
    Address(String),
    /// A call of the vendor's own, which takes the key.
    Call(Request),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLink {
    pub place: FilePlace,
    pub name: Option<String>,
    pub media_type: Option<String>,
}
