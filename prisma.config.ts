import { defineConfig } from "prisma/config";

// The URL is only for people who run Prisma's own CLI; the product connects through `store/`.
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env["DATABASE_URL"] ?? "postgresql://localhost/policycortex" },
});
