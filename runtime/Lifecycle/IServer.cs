using DeclServer.Lifecycle;

namespace DeclServer;

/// <summary>What the generator makes of every <c>[Server]</c> class, for code that starts any of them.</summary>
/// <typeparam name="TSelf">The server class.</typeparam>
public interface IServer<TSelf>
    where TSelf : class, IServer<TSelf>
{
    /// <summary>The declared values.</summary>
    static abstract ServerSettings DeclaredSettings();

    /// <summary>What reads values over <paramref name="settings"/>, and into this object's own properties that are settings.</summary>
    SettingsReader ReaderOf(ServerSettings settings);

    /// <summary>Binds, listens and starts the loops.</summary>
    /// <exception cref="BindException">An address cannot be bound; nothing is left open.</exception>
    /// <exception cref="SettingException">What a setting names cannot be used.</exception>
    ServerRun Start(ServerSettings settings);

    /// <summary>Loads anew what can be, as at SIGHUP; the loops go on meanwhile.</summary>
    void Reload();
}
