//! Selects idle stretches to cut out, so that the work around them stays visible.

use crate::value::order;

/// A stretch longer than this share of what is drawn is folded.
const TOO_LONG: f64 = 0.4;
/// What stays of a folded stretch at each end, as a share of everything else that is drawn.
const KEPT_END: f64 = 0.25;

/// For each length that may be folded, what of it is cut out of its middle (0: nothing), in the order given.
///
/// `total` is the length of the whole drawing, the foldable stretches included. The longest go first: once three hours of
/// waiting are out, half an hour beside one minute of work is too long as well.
pub(super) fn cuts(lengths: &[u64], total: u64) -> Vec<u64> {
    let order = order::places(lengths.len(), &|one, other| lengths[other].cmp(&lengths[one]));
    let mut cut = vec![0; lengths.len()];
    let mut drawn = total;
    for at in order {
        let length = lengths[at];
        let rest = drawn.saturating_sub(length);
        // Alone it has nothing to hide.
        if rest == 0 || (length as f64) <= TOO_LONG * drawn as f64 {
            break;
        }
        let kept = 2 * (rest as f64 * KEPT_END) as u64;
        cut[at] = length.saturating_sub(kept);
        drawn = rest.saturating_add(length - cut[at]);
    }
    cut
}
