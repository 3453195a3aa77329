namespace Conference.Sip.Transport;

/// <summary>How requests of ours find their way.</summary>
/// <param name="Locator">From a URI to places.</param>
/// <param name="Flows">From a place to a flow.</param>
/// <param name="Dead">Which places were silent a moment ago.</param>
internal sealed record Roads(ILocator Locator, IFlowSource Flows, DeadServers Dead);
