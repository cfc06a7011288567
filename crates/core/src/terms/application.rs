//! What an institution applies for, and what comes of it.

words! {
    /// 申請の種類: for what an institution applies.
    ApplicationKind {
        /// The institution begins to use the service.
        Start = "start", "利用開始";
        /// What is registered of it changes.
        Change = "change", "変更";
        /// Its master and its reset account are both lost: it begins anew with the accounts that it has (再発行).
        Recovery = "recovery", "マスタ・リセット用アカウントの再発行";
        /// One of its terminals is to have a certificate (電子証明書発行申請).
        Certificate = "certificate", "電子証明書の発行";
    }
}

impl ApplicationKind {
    /// Whether two operators have to approve it: it gives the accounts of an institution that there is to somebody else.
    pub const fn needs_two(self) -> bool {
        matches!(self, ApplicationKind::Recovery)
    }

    /// Whether a notice with new codes comes of it.
    pub const fn has_notice(self) -> bool {
        !matches!(self, ApplicationKind::Change)
    }

    /// How such an application is called.
    pub const fn name(self) -> &'static str {
        match self {
            ApplicationKind::Certificate => "電子証明書発行申請",
            _ => "利用申請",
        }
    }

    /// How the notice is called that comes of it.
    pub const fn notice_name(self) -> &'static str {
        match self {
            ApplicationKind::Certificate => "電子証明書取得のお知らせ",
            _ => "利用開始のお知らせ",
        }
    }
}

words! {
    /// 電子証明書発行申請の状況: how far an application for a certificate is, to the end of the certificate.
    CertificateProgress {
        /// 受付: the mail address is yet to be confirmed.
        Unconfirmed = "unconfirmed", "受付（メール確認待ち）";
        /// The mail address was not confirmed in time.
        Over = "over", "期限切れ";
        /// 審査中: it waits for the operator.
        Received = "received", "審査中";
        /// 不承認.
        Rejected = "rejected", "不承認";
        /// 取消: the applicant withdrew it.
        Withdrawn = "withdrawn", "取消";
        /// 発行: it was approved, and the terminal may fetch the certificate.
        Issued = "issued", "発行";
        /// It was approved, and the code that was drawn is worth nothing any more.
        CodeOver = "code_over", "発行（取得コードの期限切れ・無効）";
        /// 取得済: the terminal has fetched it.
        Fetched = "fetched", "取得済";
        /// The certificate's time is over.
        Expired = "expired", "有効期限切れ";
        /// 失効: the certificate was revoked.
        Revoked = "revoked", "失効";
    }
}

impl CertificateProgress {
    /// Whether it was approved and no terminal has fetched the certificate.
    pub const fn is_to_be_fetched(self) -> bool {
        matches!(
            self,
            CertificateProgress::Issued | CertificateProgress::CodeOver
        )
    }
}

words! {
    /// 申請の状態: how far an application is.
    ApplicationState {
        /// The mail address is yet to be confirmed.
        Unconfirmed = "unconfirmed", "メールアドレスの確認待ち";
        /// It waits for the operator.
        Received = "received", "審査中";
        /// Of two operators the first has approved it.
        Seconded = "seconded", "審査中（一人目が承認）";
        /// It was approved.
        Approved = "approved", "承認";
        /// It was rejected, for a reason.
        Rejected = "rejected", "不承認";
        /// The applicant withdrew it.
        Withdrawn = "withdrawn", "取下げ";
    }
}

impl ApplicationState {
    /// Whether an operator may decide it.
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            ApplicationState::Received | ApplicationState::Seconded
        )
    }
}

words! {
    /// 医療機関等の種別.
    InstitutionKind {
        /// 病院.
        Hospital = "hospital", "病院";
        /// 診療所.
        Clinic = "clinic", "診療所";
        /// 歯科診療所.
        Dental = "dental", "歯科診療所";
        /// 薬局.
        Pharmacy = "pharmacy", "薬局";
        /// 訪問看護ステーション.
        HomeNursing = "home_nursing", "訪問看護ステーション";
    }
}

impl InstitutionKind {
    /// The third digit of the code (点数表番号) of such an institution.
    pub const fn fee_table(self) -> &'static [u8] {
        match self {
            // A dental hospital is a hospital too.
            InstitutionKind::Hospital => b"13",
            InstitutionKind::Clinic => b"1",
            InstitutionKind::Dental => b"3",
            InstitutionKind::Pharmacy => b"4",
            InstitutionKind::HomeNursing => b"6",
        }
    }
}

words! {
    /// 電気通信回線種別: over which line an institution reaches the centre.
    LineKind {
        /// IP-VPN of NTT, or over it (光コラボレーション).
        IpVpnNtt = "ip_vpn_ntt", "IP-VPN（NTT・光コラボレーション）";
        /// Another IP-VPN.
        IpVpnOther = "ip_vpn_other", "IP-VPN（その他）";
        /// IPsec and IKE over the internet.
        Ipsec = "ipsec_ike", "IPsec+IKE";
    }
}
