use crate::features::history::list::state::row_link_id;
use crate::platform::page;
use crate::prelude::*;
use console::windowing::{Heights, Piece, WHOLE, pieces, window};
use leptos::html::Tbody;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// What of the screen is above the first row at least, and how high the lowest row is, in pixels.
const ABOVE: i32 = 200;
const ROW: i32 = 32;

/// Rows of a list that has just come which are drawn at once: as many as fit the screen. The others come a moment later.
pub fn at_once() -> usize {
    usize::try_from((page::screen_height() - ABOVE) / ROW).unwrap_or(0).max(8)
}

/// Draws at most a hundred rows of a long page: those in sight, some around them, and the focused one.
#[derive(Clone, Copy)]
pub struct Window {
    pub body: NodeRef<Tbody>,
    range: RwSignal<(usize, usize)>,
    /// The row that stays drawn wherever it is: it has the focus, or is about to.
    pinned: RwSignal<Option<String>>,
    /// Only the first rows are drawn so far.
    pub early: RwSignal<bool>,
    heights: StoredValue<Heights>,
    /// Raised when a height turned out to be another.
    measured: RwSignal<u32>,
    /// Which rows are drawn, in their order.
    drawn: StoredValue<Vec<usize>>,
    due: StoredValue<bool>,
    /// Of rows that are about to come back.
    expected: StoredValue<Option<Heights>>,
}

impl Window {
    pub fn new() -> Self {
        let window = Self {
            body: NodeRef::new(),
            range: RwSignal::new((0, WHOLE)),
            pinned: RwSignal::new(None),
            early: RwSignal::new(false),
            heights: StoredValue::new(Heights::default()),
            measured: RwSignal::new(0),
            drawn: StoredValue::new(Vec::new()),
            due: StoredValue::new(false),
            expected: StoredValue::new(None),
        };
        for event in ["scroll", "resize"] {
            let handle = window_event_listener_untyped(event, move |event| {
                if event.type_() == "resize" {
                    // Apart: while it is changed, the count of rows cannot be read.
                    let rows = window.rows();
                    window.heights.set_value(Heights::of(rows));
                }
                window.follow_soon();
            });
            on_cleanup(move || handle.remove());
        }
        window
    }

    /// The list has other rows now; `new`: none of those that it had.
    pub fn begin(self, rows: usize, new: bool) {
        let expected = self.expected.try_update_value(Option::take).flatten().filter(|heights| heights.rows() == rows);
        if new && rows > at_once() && expected.is_none() && self.pinned.with_untracked(Option::is_none) {
            self.early.set(true);
            leptos::task::spawn_local(async move {
                page::drawn().await;
                self.early.try_set(false);
            });
        }
        self.heights.set_value(expected.unwrap_or_else(|| Heights::of(rows)));
        self.range.set(window(rows, 0));
        self.follow_soon();
    }

    pub fn heights(self) -> Heights {
        self.heights.try_get_value().unwrap_or_default()
    }

    /// The rows that come next were measured before.
    pub fn expect(self, heights: Heights) {
        self.expected.set_value(Some(heights));
    }

    /// What is drawn of a list with these ids.
    pub fn pieces(self, ids: &[&str]) -> Vec<Piece> {
        let pinned = self.pinned.get().and_then(|id| ids.iter().position(|known| *known == id));
        let range = if ids.len() <= WHOLE { (0, ids.len()) } else { self.range.get() };
        let range = if self.early.get() { (range.0, range.1.min(range.0 + at_once())) } else { range };
        let pieces = pieces(ids.len(), range, pinned);
        let drawn = pieces.iter().filter_map(|piece| if let Piece::Row(at) = piece { Some(*at) } else { None }).collect();
        self.drawn.set_value(drawn);
        pieces
    }

    /// Keeps a row drawn.
    pub fn pin(self, run: &str) {
        if self.pinned.with_untracked(|pinned| pinned.as_deref() != Some(run)) {
            self.pinned.set(Some(run.into()));
        }
    }

    /// Draws a row and moves the focus to its link.
    pub fn focus(self, run: &str) {
        self.pin(run);
        // At once where the row is drawn: the next key may come before the next frame.
        let link = row_link_id(run);
        if !page::focus(&link) {
            page::focus_soon(link);
        }
    }

    /// The height of a gap, for a style.
    pub fn gap(self, from: usize, to: usize) -> String {
        self.measured.track();
        // Whole tenths: formatting a float would bring several kilobytes of code for it.
        let tenths = self.heights.with_value(|heights| heights.between(from, to));
        format!("{}.{}px", tenths / 10, tenths % 10)
    }

    fn rows(self) -> usize {
        self.heights.with_value(Heights::rows)
    }

    /// Once for each frame, however often the page scrolls within it.
    fn follow_soon(self) {
        if self.rows() <= WHOLE || self.due.get_value() {
            return;
        }
        self.due.set_value(true);
        request_animation_frame(move || {
            if self.due.try_set_value(false).is_none() {
                self.follow();
            }
        });
    }

    fn follow(self) {
        let Some(body) = self.body.get_untracked() else { return };
        if self.measure(&body) {
            self.measured.update(|measured| *measured += 1);
        }
        let above = (-body.get_bounding_client_rect().top()).max(0.0);
        let first = self.heights.with_value(|heights| heights.row_at((above * 10.0) as u64));
        let range = window(self.rows(), first);
        if self.range.get_untracked() != range {
            self.range.set(range);
            // The rows that come are measured in their turn.
            self.follow_soon();
        }
    }

    /// Whether a row is not as high as it was taken for.
    fn measure(self, body: &Element) -> bool {
        let mut news = false;
        let rows = body.children();
        let drawn = self.drawn.get_value();
        let mut drawn = drawn.iter();
        for at in 0..rows.length() {
            let Some(row) = rows.item(at).filter(|row| row.has_attribute("data-run")) else { continue };
            let (Some(at), height) = (drawn.next(), row.get_bounding_client_rect().height()) else { break };
            self.heights.update_value(|heights| news |= heights.learn(*at, (height * 10.0).round() as u32));
        }
        news
    }
}

/// The run whose row an event came from.
pub fn run_of(event: &web_sys::Event) -> Option<String> {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.and_then(|target| run_around(&target))
}

/// The run whose row an element is in.
pub fn run_around(element: &Element) -> Option<String> {
    element.closest("tr").ok().flatten().and_then(|row| row.get_attribute("data-run"))
}
