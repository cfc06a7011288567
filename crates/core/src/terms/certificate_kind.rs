//! What a certificate is for.

words! {
    /// 電子証明書の種類: for what a certificate is issued.
    CertificateKind {
        /// A terminal of an institution, which opens connections.
        Terminal = "terminal", "資格確認端末";
        /// A card reader of an institution, which signs what it sends.
        Reader = "reader", "顔認証付きカードリーダー";
        /// An insurer's program, which reports.
        Insurer = "insurer", "保険者";
    }
}
