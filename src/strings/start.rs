//! start.

pub struct StartWords {
    pub title: &'static str,
}
