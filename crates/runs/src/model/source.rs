//! Where in a document the vendor says that a value stands.

/// A page is so wide, in the units that its text layer is told in.
pub const WIDTH: i64 = 100_000;

/// A frame on a page, from its upper left corner: sideways in units of [`WIDTH`], down in as many parts of the page's height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Frame {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
}

impl Frame {
    /// On the same line, with hardly a gap between.
    pub fn is_beside(&self, next: &Self) -> bool {
        let line = self.height.min(next.height).max(1);
        let apart = (next.x - self.x - self.width).max(self.x - next.x - next.width);
        (self.y - next.y).abs() < line / 2 && apart < line * 2
    }

    /// The same on a page that was turned, in quarters, clockwise.
    #[must_use]
    pub fn turned(&self, quarters: u8) -> Self {
        match quarters % 4 {
            1 => Self { x: WIDTH - self.y - self.height, y: self.x, width: self.height, height: self.width },
            2 => Self { x: WIDTH - self.x - self.width, y: WIDTH - self.y - self.height, ..*self },
            3 => Self { x: self.y, y: WIDTH - self.x - self.width, width: self.height, height: self.width },
            _ => *self,
        }
    }

    /// The frame around both.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = ((self.x + self.width).max(other.x + other.width), (self.y + self.height).max(other.y + other.height));
        Self { x, y, width: right - x, height: bottom - y }
    }
}

/// Where the vendor says that the value of a field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLocation {
    /// The field's JSON pointer.
    pub path: String,
    /// The document's id.
    pub file: String,
    /// From one.
    pub page: u32,
    pub frame: Frame,
}
