use crate::state::globals;
use crate::strings::t;

/// Characters of what is searched for.
const LONGEST: usize = 200;

/// Why a text is not searched for; it stays in its field all the same.
pub fn too_long(text: &str) -> Option<String> {
    let count = text.trim().chars().count();
    (count > LONGEST).then(|| (t().shared.too_long)(count as u64, LONGEST as u64))
}

/// Whether a text can be searched for; if not, that is said.
pub fn searchable(text: &str) -> bool {
    let why = too_long(text);
    let short = why.is_none();
    if let Some(why) = why {
        globals().toasts.warn(why);
    }
    short
}
