//! REST adapter: actix-web routes, DTOs, error texts, OpenAPI.
