# shellcheck shell=sh
# For login shells, from /etc/profile.d: Debian's /etc/profile sets PATH anew. The PATH that the shell was started with, which is
# the image's and the entrypoint's, comes back, and what other files have added stays behind it.

firn_path=$(tr '\0' '\n' 2>/dev/null </proc/$$/environ | sed -n 's/^PATH=//p')
case :$firn_path: in *:/opt/env/bin:*) ;; *) firn_path=/opt/env/bin${firn_path:+:$firn_path} ;; esac
firn_rest=$PATH:
while [ -n "$firn_rest" ]; do
    firn_folder=${firn_rest%%:*}
    firn_rest=${firn_rest#*:}
    case :$firn_path: in *:"$firn_folder":*) ;; *) firn_path=$firn_path:$firn_folder ;; esac
done
PATH=$firn_path
export PATH
unset firn_path firn_rest firn_folder
# shellcheck source=environment.sh
[ ! -r /opt/template-entrypoints/environment.sh ] || . /opt/template-entrypoints/environment.sh
