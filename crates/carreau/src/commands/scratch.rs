//! A place for what need not stay.

/// A folder that goes when it is dropped.
pub struct Scratch(pub std::path::PathBuf);

impl Scratch {
    pub fn new() -> anyhow::Result<Scratch> {
        let name = format!("carreau-{}-{:x}", std::process::id(), fastrand::u64(..));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(Scratch(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // At best effort: what stays lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
