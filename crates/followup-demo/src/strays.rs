//! Mail that belongs to no case, and mail that cannot be read.

/// A mail of no case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stray {
    /// How many days ago it came.
    pub(crate) days_ago: f64,
    pub(crate) from: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) text: &'static str,
    /// What people made of it, half a day later.
    pub(crate) fate: Fate,
    /// It comes as HTML, or with a file.
    pub(crate) form: Form,
}

/// How a mail is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    Html,
    WithFile,
}

/// What becomes of a mail of no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It waits.
    Waits,
    /// It is set aside, with this reason.
    SetAside(&'static str),
    /// A case is made of it, of this product.
    BecomesCase(&'static str),
}

const fn stray(days_ago: f64, from: &'static str, subject: &'static str, text: &'static str, fate: Fate) -> Stray {
    Stray { days_ago, from, subject, text, fate, form: Form::Plain }
}

impl Stray {
    const fn written(self, form: Form) -> Self {
        Self { form, ..self }
    }
}

/// All of them.
pub(crate) const STRAYS: &[Stray] = &[
    stray(
        0.2,
        "Marina Ocaña <marina.ocana@correo-andino.example>",
        "Mi madre y el jarabe",
        "Buenas tardes. Mi madre de 81 años tomó un jarabe para la tos y desde anoche está muy mareada y se cayó. El jarabe dice dextrometorfano. ¿A quién debo avisar?\n\nMarina Ocaña",
        Fate::Waits,
    ),
    stray(
        1.3,
        "Dr. Néstor Ibarra <nibarra@hospital-san-efren.example>",
        "Reacción a medio de contraste",
        "Colegas: varón de 58 años con urticaria y broncoespasmo a los cinco minutos de iohexol endovenoso. Revirtió con adrenalina. Les envío la ficha esta semana.\n\nNéstor Ibarra, radiología",
        Fate::Waits,
    )
    .written(Form::Html),
    stray(
        2.4,
        "Farmacia La Esquina <pedidos@farmacia-la-esquina.example>",
        "Consulta por lote",
        "¿Tienen alguna alerta sobre el lote AZ-1180 de azitromicina suspensión? Dos clientes se han quejado del sabor.",
        Fate::Waits,
    ),
    stray(
        5.5,
        "Lic. Elsa Durán Ipanaqué <eduran@posta-quebrada-verde.example>",
        "Datos de la paciente del lunes",
        "Buenas, olvidé decirles que la señora también tomaba captopril.",
        Fate::Waits,
    )
    .written(Form::WithFile),
    stray(
        9.0,
        "Ofertas Clínicas <ventas@insumos-baratos.example>",
        "Guantes de nitrilo al mejor precio",
        "Aproveche nuestra promoción de guantes, mascarillas y alcohol en gel.",
        Fate::SetAside("Publicidad"),
    ),
    stray(
        16.0,
        "Congreso Andino <inscripciones@congreso-andino.example>",
        "Última semana de inscripción",
        "Inscríbase con descuento hasta el viernes.",
        Fate::SetAside("Publicidad"),
    ),
    stray(
        23.0,
        "Q.F. Gladys Montalvo <gmontalvo@botica-san-blas.example>",
        "Reporte de reacción adversa",
        "Varón de 30 años, iniciales J.M., presentó edema de párpados dos horas después de tomar aspirina 500 mg. Se recuperó en un día.",
        Fate::BecomesCase("Ácido acetilsalicílico"),
    ),
];

/// Mails whose bytes the mail server does not give: days ago, and its words.
pub(crate) const WITHHELD: &[(f64, &str)] = &[
    (1.1, "el servidor de correo nombra el mensaje y no entrega su contenido"),
    (6.2, "el mensaje supera el tamaño que se acepta (32 MB)"),
];

/// Text messages that nobody can read: days ago, and what came.
pub(crate) const ILLEGIBLE: &[(f64, &str)] = &[(3.3, "Texto sin remitente: la paciente ya está mejor")];
