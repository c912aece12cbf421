// A real identity provider for the tests: `node provider.mjs '{"port":…,"gateway":"http://…"}'`. It says on stdout when it listens.
//
// Anybody signs in with any password. Who is in which group is told by POST /_test/groups {"ada": ["reviewers"]}; somebody whom nothing
// was told of is unknown from then on.

import { Provider } from "oidc-provider";

const { port, gateway } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
let groups = { ada: ["reviewers"], vera: ["viewers"], eve: ["strangers"] };

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "sluice",
      client_secret: "sluice-secret-sluice-secret-sluice-se",
      redirect_uris: [`${gateway}/sign-in/callback`],
      post_logout_redirect_uris: [`${gateway}/sign-in`],
      backchannel_logout_uri: `${gateway}/sign-in/back-channel`,
      backchannel_logout_session_required: true,
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["name", "preferred_username"], groups: ["groups"] },
  scopes: ["openid", "profile", "groups", "offline_access"],
  // Groups stand in the ID token.
  conformIdTokenClaims: false,
  features: {
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
  },
  ttl: { AccessToken: 2, IdToken: 60, RefreshToken: 600, Session: 600, Grant: 600, Interaction: 600 },
  async findAccount(_, id) {
    if (!(id in groups)) return undefined;
    return { accountId: id, claims: async () => ({ sub: id, name: id, preferred_username: `${id}@example.test`, groups: groups[id] }) };
  },
  cookies: { keys: ["only for tests"] },
  // Its own way out refuses addresses of this machine, where the gateway is.
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
});

provider.use(async (ctx, next) => {
  if (ctx.path !== "/_test/groups") return next();
  const chunks = [];
  for await (const chunk of ctx.req) chunks.push(chunk);
  groups = JSON.parse(Buffer.concat(chunks).toString());
  ctx.body = "";
});

provider.on("backchannel.error", (_, error, client, accountId) => console.error("backchannel", error.message, error.cause, client.clientId, accountId));
provider.listen(port, "127.0.0.1", () => console.log(`listening at ${issuer}`));
