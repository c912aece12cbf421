//! Which rows of a long list are drawn. Heights are in tenths of a pixel.

/// A list of so many rows is drawn whole; so many elements are drawn at most.
pub const WHOLE: usize = 100;
/// Rows of a longer one drawn at once, beside the one that has the focus and the gaps.
const MOST: usize = 96;
/// Rows kept above the first one in sight, so that a step upwards finds them drawn.
const LEAD: usize = 16;
/// The window moves by so many rows at a time.
const STEP: usize = 8;

/// The rows to draw while `first` is the topmost one in sight: from, and up to but without.
pub fn window(rows: usize, first: usize) -> (usize, usize) {
    if rows <= WHOLE {
        return (0, rows);
    }
    let start = first.saturating_sub(LEAD) / STEP * STEP;
    let start = start.min(rows - MOST);
    (start, start + MOST)
}

/// What a run of rows that are not drawn stands for, or one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    Row(usize),
    /// From, and up to but without.
    Gap(usize, usize),
}

/// The pieces of the list in its order; `pinned` is drawn wherever it is.
pub fn pieces(rows: usize, (start, end): (usize, usize), pinned: Option<usize>) -> Vec<Piece> {
    let pinned = pinned.filter(|at| *at < rows);
    let mut pieces = Vec::with_capacity(end.saturating_sub(start) + 4);
    let mut next = 0;
    let mut draw = |at: usize| {
        if at > next {
            pieces.push(Piece::Gap(next, at));
        }
        pieces.push(Piece::Row(at));
        next = at + 1;
    };
    if let Some(at) = pinned.filter(|at| *at < start) {
        draw(at);
    }
    (start..end.min(rows)).for_each(&mut draw);
    if let Some(at) = pinned.filter(|at| *at >= end) {
        draw(at);
    }
    if next < rows {
        pieces.push(Piece::Gap(next, rows));
    }
    pieces
}

/// How high rows are, as far as they have been seen; the others are taken for as high as those on average.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heights {
    known: Vec<u32>,
    sum: u64,
    seen: u64,
}

impl Heights {
    pub fn of(rows: usize) -> Self {
        Self { known: vec![0; rows], sum: 0, seen: 0 }
    }

    pub fn rows(&self) -> usize {
        self.known.len()
    }

    /// Whether that was news.
    pub fn learn(&mut self, at: usize, height: u32) -> bool {
        let Some(known) = self.known.get_mut(at).filter(|known| **known != height) else { return false };
        self.seen += u64::from(*known == 0);
        self.sum = self.sum - u64::from(*known) + u64::from(height);
        *known = height;
        true
    }

    fn usual(&self) -> u64 {
        const GUESS: u64 = 340;
        self.sum.checked_div(self.seen).unwrap_or(GUESS)
    }

    fn height(&self, at: usize) -> u64 {
        match self.known.get(at) {
            Some(known) if *known > 0 => u64::from(*known),
            _ => self.usual(),
        }
    }

    pub fn between(&self, from: usize, to: usize) -> u64 {
        (from..to).map(|at| self.height(at)).sum()
    }

    /// The row that lies so far below the beginning of the list.
    pub fn row_at(&self, depth: u64) -> usize {
        let mut below = 0;
        for at in 0..self.known.len() {
            below += self.height(at);
            if below > depth {
                return at;
            }
        }
        self.known.len().saturating_sub(1)
    }
}
