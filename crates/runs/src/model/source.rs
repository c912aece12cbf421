//! Where in a document the vendor says that a value stands.

/// A page is so wide, in the units that its text layer is told in.
pub const WIDTH: i64 = 100_000;

/// A frame on a page, from its upper left corner: sideways in units of [`WIDTH`], down in as many parts of the page's height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Box {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
}

/// Where the vendor says that the value of a field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The field's JSON pointer.
    pub path: String,
    /// The document's id.
    pub file: String,
    /// From one.
    pub page: u32,
    pub frame: Box,
}
