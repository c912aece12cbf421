//! One file a dialect; only these know a vendor's field names.

pub mod flowstack;
pub mod retab;
pub mod superai;
pub mod tableflow;

/// Makes the ids of a run's steps unique: two tries of one node may come with the same.
fn number(steps: &mut [crate::model::Step]) {
    let mut taken = std::collections::BTreeSet::new();
    for (place, step) in steps.iter_mut().enumerate() {
        // The place makes the first guess a free one, however many steps share an id.
        let mut suffix = place + 1;
        let mut id = step.id.clone();
        while !taken.insert(id.clone()) {
            id = format!("{}~{suffix}", step.id);
            suffix += 1;
        }
        step.id = id;
    }
}
