//! nginx, which serves a static answer over HTTPS: what this machine could answer at the most.

use super::client::Target;
use super::setup::Site;
use onshi_core::{Error, Fault};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const STARTING: &str = "starting nginx (apt install nginx)";

fn program() -> &'static str {
    let where_debian_has_it = "/usr/sbin/nginx";
    match Path::new(where_debian_has_it).exists() {
        true => where_debian_has_it,
        false => "nginx",
    }
}

/// Tells at once where there is no nginx: a measurement that ends with it may fill a database for an hour before.
pub(super) fn must_be_there() -> Result<(), Error> {
    let asked = Command::new(program())
        .arg("-v")
        .stderr(Stdio::null())
        .status();
    asked.map(drop).map_err(|e| Fault::at(STARTING, e).into())
}

/// nginx with a static answer over HTTPS.
pub(super) struct Nginx {
    child: Child,
    pub(super) target: Target,
}

impl Nginx {
    pub(super) fn start(site: &Site, folder: &Path, answer: &[u8]) -> Result<Nginx, Error> {
        let fault = |e: &dyn std::fmt::Display| Fault::at(STARTING, e);
        let root = folder.join("nginx");
        std::fs::create_dir_all(root.join("html")).map_err(|e| fault(&e))?;
        std::fs::write(root.join("html/answer.json"), answer).map_err(|e| fault(&e))?;
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))
            .and_then(|socket| socket.local_addr())
            .map_err(|e| fault(&e))?
            .port();
        let secrets = site.config.centre.secrets.display().to_string();
        let settings = format!(
            "daemon off; pid nginx.pid; error_log error.log; worker_processes auto;\n\
             user root;\nevents {{ worker_connections 4096; }}\n\
             http {{ access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush off;\n\
             client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u;\n\
             scgi_temp_path s; open_file_cache max=10;\n\
             server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {secrets}/server.pem;\n\
             ssl_certificate_key {secrets}/server.key.pem; root html; }} }}\n"
        );
        std::fs::write(root.join("nginx.conf"), settings).map_err(|e| fault(&e))?;
        let child = Command::new(program())
            .arg("-p")
            .arg(&root)
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| fault(&e))?;
        let address = ([127, 0, 0, 1], port).into();
        let (certificate, key) = (&site.issued.certificate_pem, &site.issued.key_pem);
        let target = Target::new(address, &site.authority_pem, certificate, key)?;
        let patience = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(address).is_err() {
            if Instant::now() > patience {
                return Err(fault(&"it does not listen").into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Nginx { child, target })
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}
