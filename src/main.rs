//! Mounts the app; nothing else.

fn main() {
    sluice_app::mount();
}
