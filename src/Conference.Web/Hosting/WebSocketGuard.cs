using Microsoft.AspNetCore.Http.Features;

namespace Conference.Web.Hosting;

/// <summary>Puts <see cref="FrameGuard"/> under every WebSocket of the site, SIP and live pages alike; and WebSockets need HTTP/1.1 or later (RFC 6455 §4.1).</summary>
public sealed class WebSocketGuard(RequestDelegate next, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            context.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, HttpProtocol.IsHttp11(context.Request.Protocol), time));
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            context.Features.Set<IHttpExtendedConnectFeature>(new Connect(connect, time));
        return next(context);
    }

    private sealed class Upgrade(IHttpUpgradeFeature inner, bool isAllowed, TimeProvider time) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => isAllowed;

        public async Task<Stream> UpgradeAsync() => new FrameGuard(await inner.UpgradeAsync(), time);
    }

    private sealed class Connect(IHttpExtendedConnectFeature inner, TimeProvider time) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => true;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => new FrameGuard(await inner.AcceptAsync(), time);
    }
}
