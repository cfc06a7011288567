//! What an applicant types.

use crate::web::layout::form::form;
use onshi_core::application::{ApplicationKind, Particulars};

form! {
    /// 利用開始・変更申請.
    ApplicationForm, ApplicationField {
        /// 申請の種類, by its word.
        kind: Kind = ApplicationKind;
        /// 医療機関コード.
        facility_code: FacilityCode = FacilityCode;
        /// 医療機関等の種別, by its word.
        institution_kind: InstitutionKind = InstitutionKind;
        /// 名称.
        name: Name = FacilityName;
        /// 所在地.
        address: Address = Address;
        /// 電話番号.
        phone: Phone = Phone;
        /// メールアドレス.
        mail: Mail = Mail;
        /// 責任者.
        responsible: Responsible = Responsible;
        /// 電気通信回線種別, by its word.
        line_kind: LineKind = LineKind;
        /// お客さまID.
        customer_id: CustomerId = CustomerId;
        /// 利用開始予定年月.
        starts_in: StartsIn = StartsIn;
        /// 疎通確認テスト開始予定年月.
        tests_in: TestsIn = TestsIn;
        /// 端末名称.
        terminal_name: TerminalName = TerminalName;
        /// 連絡事項.
        remark: Remark = Note;
        /// `apply` on the page that shows all of it once more; `change` to go back.
        action: Action;
    }
}

impl ApplicationForm {
    pub(super) fn particulars(&self) -> Particulars {
        Particulars {
            kind: self.kind.clone(),
            facility_code: self.facility_code.clone(),
            institution_kind: self.institution_kind.clone(),
            name: self.name.clone(),
            address: self.address.clone(),
            phone: self.phone.clone(),
            mail: self.mail.clone(),
            responsible: self.responsible.clone(),
            line_kind: self.line_kind.clone(),
            customer_id: self.customer_id.clone(),
            starts_in: self.starts_in.clone(),
            tests_in: self.tests_in.clone(),
            terminal_name: self.terminal_name.clone(),
            department: String::new(),
            remark: self.remark.clone(),
        }
    }
}

form! {
    /// 電子証明書発行申請.
    CertificateForm, CertificateField {
        /// 医療機関コード.
        facility_code: FacilityCode = FacilityCode;
        /// 名称.
        name: Name = FacilityName;
        /// 端末名称.
        terminal_name: TerminalName = TerminalName;
        /// 担当者の部署名.
        department: Department = Department;
        /// 担当者名.
        responsible: Responsible = Responsible;
        /// 部署の電話番号.
        phone: Phone = Phone;
        /// メールアドレス.
        mail: Mail = Mail;
        /// 連絡事項.
        remark: Remark = Note;
        /// `apply` on the page that shows all of it once more; `change` to go back.
        action: Action;
    }
}

impl CertificateForm {
    pub(super) fn particulars(&self) -> Particulars {
        Particulars {
            kind: ApplicationKind::Certificate.code().to_owned(),
            facility_code: self.facility_code.clone(),
            name: self.name.clone(),
            terminal_name: self.terminal_name.clone(),
            department: self.department.clone(),
            responsible: self.responsible.clone(),
            phone: self.phone.clone(),
            mail: self.mail.clone(),
            remark: self.remark.clone(),
            ..Particulars::default()
        }
    }
}

/// The fields of that form that say the same once more.
pub(super) fn certificate_fields(said: &Particulars) -> Vec<(&'static str, String)> {
    let field = |field: CertificateField, value: &str| (field.name(), value.to_owned());
    use CertificateField as F;
    vec![
        field(F::FacilityCode, &said.facility_code),
        field(F::Name, &said.name),
        field(F::TerminalName, &said.terminal_name),
        field(F::Department, &said.department),
        field(F::Responsible, &said.responsible),
        field(F::Phone, &said.phone),
        field(F::Mail, &said.mail),
        field(F::Remark, &said.remark),
    ]
}

/// The fields of a form that say the same once more.
pub(super) fn fields(said: &Particulars) -> Vec<(&'static str, String)> {
    let field = |field: ApplicationField, value: &str| (field.name(), value.to_owned());
    use ApplicationField as F;
    vec![
        field(F::Kind, &said.kind),
        field(F::FacilityCode, &said.facility_code),
        field(F::InstitutionKind, &said.institution_kind),
        field(F::Name, &said.name),
        field(F::Address, &said.address),
        field(F::Phone, &said.phone),
        field(F::Mail, &said.mail),
        field(F::Responsible, &said.responsible),
        field(F::LineKind, &said.line_kind),
        field(F::CustomerId, &said.customer_id),
        field(F::StartsIn, &said.starts_in),
        field(F::TestsIn, &said.tests_in),
        field(F::TerminalName, &said.terminal_name),
        field(F::Remark, &said.remark),
    ]
}

form! {
    /// 申請の状況: by which an applicant is known.
    ReceiptForm, ReceiptField {
        /// 受付番号.
        receipt: Receipt = ReceiptNumber;
        /// 確認コード.
        code: Code = ApplicationCode;
    }
}
