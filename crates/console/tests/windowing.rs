//! Which rows of a long list are drawn.

use console::windowing::{Heights, Piece, WHOLE, pieces, window};
use proptest::prelude::*;

#[test]
fn a_short_list_is_drawn_whole() {
    assert_eq!(window(0, 0), (0, 0));
    assert_eq!(window(100, 50), (0, 100));
    assert_eq!(pieces(2, (0, 2), None), [Piece::Row(0), Piece::Row(1)]);
}

#[test]
fn the_focused_row_stays_on_either_side() {
    assert_eq!(
        pieces(6, (3, 5), Some(1)),
        [Piece::Gap(0, 1), Piece::Row(1), Piece::Gap(2, 3), Piece::Row(3), Piece::Row(4), Piece::Gap(5, 6),]
    );
    assert_eq!(pieces(4, (0, 2), Some(3)), [Piece::Row(0), Piece::Row(1), Piece::Gap(2, 3), Piece::Row(3)]);
    assert_eq!(pieces(3, (0, 3), Some(1)).len(), 3);
    assert_eq!(pieces(3, (0, 3), Some(9)).len(), 3, "a row that is gone");
}

#[test]
fn rows_not_seen_are_as_high_as_those_that_were() {
    let mut heights = Heights::of(10);
    assert!(heights.learn(0, 400) && heights.learn(1, 600));
    assert!(!heights.learn(1, 600));
    assert_eq!(heights.between(0, 10), 10 * 500);
    assert!(heights.learn(1, 400));
    assert_eq!(heights.between(0, 10), 10 * 400);
    assert_eq!((heights.row_at(0), heights.row_at(399), heights.row_at(400), heights.row_at(99_999)), (0, 0, 1, 9));
    assert!(!heights.learn(99, 5), "beyond the list");
}

proptest! {
    #[test]
    fn every_row_is_drawn_or_in_a_gap_once(rows in 0_usize..1_200, first in 0_usize..1_400, pinned in proptest::option::of(0_usize..1_300)) {
        let (start, end) = window(rows, first);
        let pieces = pieces(rows, (start, end), pinned);
        let mut next = 0;
        for piece in &pieces {
            let (from, to) = match *piece { Piece::Row(at) => (at, at + 1), Piece::Gap(from, to) => (from, to) };
            prop_assert_eq!(from, next);
            prop_assert!(to > from);
            next = to;
        }
        prop_assert_eq!(next, rows);
        prop_assert!(pieces.len() <= WHOLE, "at most 100 elements");
        // What is in sight is drawn, with room to either side, for 70 rows in sight.
        if first < rows {
            prop_assert!(start <= first && end >= (first + 70).min(rows));
        }
        if let Some(at) = pinned.filter(|at| *at < rows) {
            prop_assert!(pieces.contains(&Piece::Row(at)));
        }
    }
}
